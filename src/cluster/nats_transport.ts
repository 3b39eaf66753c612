import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { nodeResolveHost, NodeTransport } from "@nats-io/transport-node/lib/node_transport.js";
import { NatsConnectionImpl, type NodeConnectionOptions, setTransportFactory } from "@nats-io/transport-node";

type Place = Parameters<NodeTransport["connect"]>[0];

/**
 * The client's own transport takes all listeners off a socket that it has given up. Where the server resets it after
 * that, as one does that refuses a login, the error has no listener and ends the process.
 */
class SteadyTransport extends NodeTransport {
  override async dial(place: Parameters<NodeTransport["dial"]>[0]): Promise<Socket> {
    return steadied(await super.dial(place));
  }

  override async tlsFirst(place: Place): Promise<TLSSocket> {
    return steadied(await super.tlsFirst(place));
  }

  override async startTLS(): Promise<TLSSocket> {
    return steadied(await super.startTLS());
  }
}

/** Connects as the client's own `connect` does. No error of a socket ends the process. */
export function connectSteadily(options: NodeConnectionOptions): ReturnType<typeof NatsConnectionImpl.connect> {
  setTransportFactory({ factory: () => new SteadyTransport(), dnsResolveFn: nodeResolveHost });
  return NatsConnectionImpl.connect(options);
}

/** Its errors are always listened to; those who want to hear of them listen as well. */
function steadied<Kind extends Socket>(socket: Kind): Kind {
  const removeAllListeners = socket.removeAllListeners.bind(socket);
  socket.removeAllListeners = (...events: Parameters<Socket["removeAllListeners"]>) => {
    removeAllListeners(...events);
    return socket.on("error", ignore);
  };
  return socket.on("error", ignore);
}

function ignore(): void {}
