import type { NatsConnection, Status } from "@nats-io/transport-node";

export type NatsStatus = { readonly connected: true } | { readonly connected: false; readonly why: string };

/** Why a connection is not there that was closed on purpose. */
export const CLOSED = "this process has closed the connection";

export interface FollowStatusOptions {
  /** Told of every loss and every return, once each. */
  readonly onStatus: (status: NatsStatus) => void;
  /** Told of whatever else happens to the connection. */
  readonly onOther?: (status: Status) => void;
}

/** Follows what becomes of a connection that is there now, until it is closed. */
export async function followStatus(
  connection: NatsConnection,
  { onStatus, onOther = () => {} }: FollowStatusOptions,
): Promise<void> {
  let connected = true;
  const lost = (why: string): void => {
    if (connected) onStatus({ connected: false, why });
    connected = false;
  };

  for await (const status of connection.status()) {
    onOther(status);
    switch (status.type) {
      case "staleConnection":
        lost("the server does not answer");
        break;
      case "disconnect":
        lost("the connection was closed");
        break;
      case "close":
        lost(CLOSED);
        break;
      case "reconnect":
        connected = true;
        onStatus({ connected });
        break;
    }
  }
}
