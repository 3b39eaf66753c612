import { type Nats, startNats } from "../../harness/nats.ts";
import { type Postgres, type PostgresOptions, startPostgres } from "../../harness/postgres.ts";
import { type Redis, startRedis } from "../../harness/redis.ts";

export const LINKS = ["nats", "postgres", "redis"] as const;

/** What a node depends on, each over a link of its own. */
export type LinkName = typeof LINKS[number];

/** What the nodes of a cluster share. */
export interface Services extends AsyncDisposable {
  readonly nats: Nats;
  readonly postgres: Postgres;
  readonly redis: Redis;
}

/** Private servers, all started; gone when disposed. When one cannot be had, so are the others. */
export async function startServices(
  { postgres: settings = {} }: { readonly postgres?: PostgresOptions["settings"] } = {},
): Promise<Services> {
  const started = new AsyncDisposableStack();
  const begin = async <Server extends AsyncDisposable>(starting: Promise<Server>): Promise<Server> =>
    started.use(await starting);
  const [nats, postgres, redis] = await Promise.allSettled([
    begin(startNats()),
    begin(startPostgres({ settings: { max_connections: "200", ...settings } })),
    begin(startRedis()),
  ]);
  if (nats.status === "fulfilled" && postgres.status === "fulfilled" && redis.status === "fulfilled") {
    const dispose = () => started.disposeAsync();
    return { nats: nats.value, postgres: postgres.value, redis: redis.value, [Symbol.asyncDispose]: dispose };
  }
  await started.disposeAsync();
  throw [nats, postgres, redis].find((result) => result.status === "rejected")?.reason;
}

/** Where the servers are, as a node is told; by way of `ports` where those are given. */
export function serviceEnvironment(
  { nats, postgres, redis }: Services,
  ports: Readonly<Partial<Record<LinkName, number>>> = {},
): Readonly<Record<string, string>> {
  return {
    NATS_URL: through(nats.url, ports.nats),
    DATABASE_URL: through(postgres.url(), ports.postgres),
    REDIS_URL: through(redis.url, ports.redis),
  };
}

function through(url: string, port: number | undefined): string {
  return port === undefined ? url : url.replace(/:\d+(?=\/|$)/, `:${port}`);
}
