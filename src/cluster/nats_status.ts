import { type NatsConnection, NatsConnectionImpl } from "@nats-io/transport-node";
import type { Log } from "../../actors/runtime/ports.ts";

export type NatsStatus = { readonly connected: true } | { readonly connected: false; readonly why: string };

export interface FollowStatusOptions {
  readonly log: Log;
  readonly onStatus: (status: NatsStatus) => void;
}

/** Tells every loss and return of the connection once, until it is closed. */
export async function followStatus(connection: NatsConnection, { log, onStatus }: FollowStatusOptions): Promise<void> {
  let connected = true;
  let said: string | undefined;

  const lost = (why: string): void => {
    if (!connected) return;
    connected = false;
    log.warn("nats_lost", { server: connection.getServer(), why });
    onStatus({ connected, why });
  };

  for await (const status of connection.status()) {
    switch (status.type) {
      case "staleConnection":
        lost("the server does not answer");
        cutOff(connection);
        break;
      case "disconnect":
        lost("the connection was closed");
        break;
      case "reconnect":
        connected = true;
        said = undefined;
        log.info("nats_connected", { server: connection.getServer() });
        onStatus({ connected });
        break;
      case "error":
        if (said !== status.error.message) log.warn("nats_error", { why: status.error.message });
        said = status.error.message;
        break;
    }
  }
}

/** The client would first wait until all it has written was taken, which a server that stands still never does. */
function cutOff(connection: NatsConnection): void {
  if (connection instanceof NatsConnectionImpl) connection.protocol.transport.close();
}
