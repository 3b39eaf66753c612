import { z } from "zod";
import { type NatsConfig, natsMistake, natsOf, natsVariables } from "./cluster/nats_config.ts";
import { address, flag, nameList, oneOf, originList, wholeNumber } from "./config_values.ts";

/** The process's settings, read once at start. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly databaseUrl?: string;
  /** Undefined: no other nodes. */
  readonly nats?: NatsConfig;
  readonly redisUrl?: string;
  readonly logLevel: "info" | "warn" | "error" | "silent";
  readonly tokens: {
    readonly secret?: string;
    readonly jwksUrl?: string;
    readonly issuer: string;
    readonly audience: string;
    readonly sessionTtlSeconds: number;
  };
  /** Origins of other sites whose pages may call with a customer's cookie. */
  readonly allowedOrigins: readonly string[];
  /** The last `X-Forwarded-For` and `X-Forwarded-Proto` are believed: only behind a proxy that sets them. */
  readonly trustProxy: boolean;
  /** ISO 4217. */
  readonly currency: string;
  /** The first takes the orders that name none. */
  readonly stores: readonly string[];
  readonly paymentMethods: readonly string[];
  /** Requests per principal, or per address where nobody is signed in; undefined: not limited. */
  readonly rate?: { readonly perSecond: number; readonly burst: number };
  readonly bodyTimeoutMs: number;
  readonly sectionTimeoutMs: number;
  readonly catalogue: { readonly items: number; readonly ttlMs: number };
  /** Commits under way at once on PostgreSQL; the embedded database does one thing at a time. */
  readonly lanes: number;
  readonly limits: {
    readonly mailboxPerActor: number;
    readonly mailboxPerNode: number;
    readonly residents: number;
    readonly askTimeoutMs: number;
  };
}

export type ReadConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly mistakes: readonly string[] };

/**
 * Reads the environment. On mistakes there is one readable line for each, and no line ever shows the value of a
 * variable that may hold a secret. Empty variables count as absent.
 */
export function readConfig(env: Given): ReadConfig {
  const given: Given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = Environment.safeParse(given);
  const contradictions = contradictionsIn(given);
  if (parsed.success && contradictions.length === 0) return { ok: true, config: assemble(parsed.data) };
  const unreadable = parsed.success ? [] : parsed.error.issues.map((issue) => mistake(issue, given));
  return { ok: false, mistakes: [...unreadable, ...contradictions] };
}

type Given = Readonly<Record<string, string | undefined>>;

/** What is missing, or makes no sense together: looked for in what cannot be read, too. */
function contradictionsIn(given: Given): readonly string[] {
  const { VITRINE_ENV, JWT_SECRET, JWKS_URL } = given;
  const isKeyless = VITRINE_ENV === "production" && JWT_SECRET === undefined && JWKS_URL === undefined;
  const nats = natsMistake(given);
  return [
    ...(isKeyless ? ["JWT_SECRET or JWKS_URL: one of them is needed when VITRINE_ENV is production"] : []),
    ...(nats === undefined ? [] : [nats]),
  ];
}

const SECRETS = new Set(["JWT_SECRET", "DATABASE_URL", "NATS_URL", "REDIS_URL", "JWKS_URL"]);

/** Requests per second and principal in production, when nothing is said. Elsewhere nothing is limited. */
const PRODUCTION_RATE = 200;

const Environment = z.object({
  VITRINE_ENV: oneOf("development", "test", "production").default("development"),
  PORT: wholeNumber(0, 65_535).default(8080),
  HOST: z.string().default("127.0.0.1"),
  DATA_DIR: z.string().default("./data"),
  DATABASE_URL: address("postgres:", "postgresql:").optional(),
  ...natsVariables,
  REDIS_URL: address("redis:", "rediss:").optional(),
  LOG_LEVEL: oneOf("info", "warn", "error", "silent").default("info"),

  JWT_SECRET: z.string().min(32, "is shorter than 32 characters").optional(),
  JWKS_URL: address("https:", "http:").optional(),
  JWT_ISSUER: z.string().default("vitrine"),
  JWT_AUDIENCE: z.string().default("vitrine"),
  SESSION_TTL_SECONDS: wholeNumber(60, 31_536_000).default(2_592_000),
  ALLOWED_ORIGINS: originList().default([]),
  TRUST_PROXY: flag().default(false),

  CURRENCY: z.string().regex(/^[A-Z]{3}$/, "is not an ISO 4217 code such as GBP").default("GBP"),
  STORES: nameList(/^[a-z0-9][a-z0-9_-]{0,39}$/, "main,outlet").default(["main"]),
  PAYMENT_METHODS: nameList(/^[a-z][a-z0-9_]{0,39}$/, "card,invoice").default(["card", "invoice"]),

  RATE_PER_SECOND: wholeNumber(0, 1_000_000).optional(),
  RATE_BURST: wholeNumber(1, 10_000_000).optional(),
  BODY_TIMEOUT_MS: wholeNumber(100, 600_000).default(10_000),
  SECTION_TIMEOUT_MS: wholeNumber(10, 60_000).default(1000),
  CATALOGUE_ITEMS: wholeNumber(1, 10_000_000).default(20_000),
  CATALOGUE_TTL_MS: wholeNumber(0, 3_600_000).default(5000),
  LANES: wholeNumber(1, 64).default(2),
  MAILBOX_PER_ACTOR: wholeNumber(1, 1_000_000).default(4096),
  MAILBOX_PER_NODE: wholeNumber(1, 10_000_000).default(32_768),
  RESIDENTS: wholeNumber(16, 10_000_000).default(10_000),
  ASK_TIMEOUT_MS: wholeNumber(100, 600_000).default(10_000),
});

function assemble(env: z.infer<typeof Environment>): Config {
  return {
    production: env.VITRINE_ENV === "production",
    host: env.HOST,
    port: env.PORT,
    dataDir: env.DATA_DIR,
    databaseUrl: env.DATABASE_URL,
    nats: natsOf(env),
    redisUrl: env.REDIS_URL,
    logLevel: env.LOG_LEVEL,
    tokens: {
      secret: env.JWT_SECRET,
      jwksUrl: env.JWKS_URL,
      issuer: env.JWT_ISSUER,
      audience: env.JWT_AUDIENCE,
      sessionTtlSeconds: env.SESSION_TTL_SECONDS,
    },
    allowedOrigins: env.ALLOWED_ORIGINS,
    trustProxy: env.TRUST_PROXY,
    currency: env.CURRENCY,
    stores: env.STORES,
    paymentMethods: env.PAYMENT_METHODS,
    rate: rateOf(env),
    bodyTimeoutMs: env.BODY_TIMEOUT_MS,
    sectionTimeoutMs: env.SECTION_TIMEOUT_MS,
    catalogue: { items: env.CATALOGUE_ITEMS, ttlMs: env.CATALOGUE_TTL_MS },
    lanes: env.DATABASE_URL === undefined ? 1 : env.LANES,
    limits: {
      mailboxPerActor: env.MAILBOX_PER_ACTOR,
      mailboxPerNode: env.MAILBOX_PER_NODE,
      residents: env.RESIDENTS,
      askTimeoutMs: env.ASK_TIMEOUT_MS,
    },
  };
}

function rateOf(env: z.infer<typeof Environment>): Config["rate"] {
  const perSecond = env.RATE_PER_SECOND ?? (env.VITRINE_ENV === "production" ? PRODUCTION_RATE : 0);
  return perSecond === 0 ? undefined : { perSecond, burst: env.RATE_BURST ?? 5 * perSecond };
}

function mistake(issue: z.core.$ZodIssue, given: Given): string {
  const name = String(issue.path[0]);
  return SECRETS.has(name) ? `${name}: what is given ${issue.message}` : `${name}: "${given[name]}" ${issue.message}`;
}
