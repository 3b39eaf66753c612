import { z } from "zod";
import { oneOf, wholeNumber } from "../config_values.ts";
import type { TopologySettings } from "./jetstream_topology.ts";
import { natsAddress } from "./nats_address.ts";
import type { NatsSettings } from "./nats_connection.ts";

/** How to reach NATS and what to keep in it. */
export interface NatsConfig extends NatsSettings, TopologySettings {}

const DAY_MS = 86_400_000;

/** The environment variables that have to do with NATS. */
export const natsVariables = {
  NATS_URL: z.string().refine(
    (text) => natsAddress(text) !== undefined,
    "is not a list of addresses that begin with nats:// or tls://, with one login at most",
  ).optional(),
  NATS_CREDS_FILE: z.string().optional(),
  NATS_NKEY_FILE: z.string().optional(),
  NATS_CA_FILE: z.string().optional(),
  NATS_REPLICAS: oneOf("1", "3", "5").transform(Number).default(1),
  NATS_EVENTS_DAYS: wholeNumber(1, 3650).default(7),
};

type NatsEnvironment = z.infer<z.ZodObject<typeof natsVariables>>;

/** What makes no sense together, in a line that names the variables; whether each can be read is not its business. */
export function natsMistake(given: Readonly<Record<string, string | undefined>>): string | undefined {
  const { NATS_URL, NATS_CREDS_FILE, NATS_NKEY_FILE, NATS_CA_FILE } = given;
  const files = Object.entries({ NATS_CREDS_FILE, NATS_NKEY_FILE, NATS_CA_FILE });
  const named = files.filter(([, path]) => path !== undefined).map(([name]) => name);
  if (NATS_URL === undefined) return named.length === 0 ? undefined : `${named[0]}: is of no use without NATS_URL`;

  const logins = named.filter((name) => name !== "NATS_CA_FILE");
  if (natsAddress(NATS_URL)?.login !== undefined) logins.unshift("NATS_URL");
  return logins.length <= 1 ? undefined : `${logins.join(" and ")}: only one of them may say how to log in`;
}

export function natsOf(env: NatsEnvironment): NatsConfig | undefined {
  if (env.NATS_URL === undefined) return undefined;
  return {
    url: env.NATS_URL,
    credsFile: env.NATS_CREDS_FILE,
    nkeyFile: env.NATS_NKEY_FILE,
    caFile: env.NATS_CA_FILE,
    replicas: env.NATS_REPLICAS,
    eventsMaxAgeMs: env.NATS_EVENTS_DAYS * DAY_MS,
  };
}
