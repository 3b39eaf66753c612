import { BEARER_SUBPROTOCOL } from "../identity/credentials.ts";
import { invalid } from "../edge_error.ts";

export interface Upgraded {
  readonly socket: WebSocket;
  readonly response: Response;
}

/**
 * Makes a socket of a request. Rejects with `invalid_request` when it asks for none.
 *
 * Dead peers are left to Deno's own idle timeout: after half of it in silence it sends a ping frame, which every client
 * answers without being told to, and after the other half it closes. It is the only ping that Deno can send, and the
 * only way in which the descriptor of a peer that does not answer is freed: `close` waits for the peer's close frame
 * (denoland/deno#27924). Its weakness is a process that stalls: measured on 2.9.6, one stall of any length closes nobody,
 * but stalls one after another, each of them half the timeout long, close most sockets. So the timeout is the longest
 * that still frees a dead peer in time, and nothing else rests on it: a peer that does not read never gets as far as a
 * ping, and is found by what waits for it.
 */
export function upgrade(request: Request, { deadPeerMs }: { readonly deadPeerMs: number }): Upgraded {
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    throw invalid("Upgrade", "It must be websocket");
  }
  // Read before: an upgraded request has no headers any more.
  const protocol = chosenSubprotocol(request.headers.get("sec-websocket-protocol"));
  const { socket, response } = upgradeOrRefuse(request, deadPeerMs / 1000);
  // Deno's own option knows only lists that are separated by comma and blank.
  if (protocol !== undefined) response.headers.set("sec-websocket-protocol", protocol);
  return { socket, response };
}

function upgradeOrRefuse(request: Request, idleTimeout: number): Upgraded {
  try {
    return Deno.upgradeWebSocket(request, { idleTimeout });
  } catch (error) {
    if (error instanceof TypeError) throw invalid("Upgrade", "It is not a WebSocket handshake");
    throw error;
  }
}

/**
 * Browsers give up unless one of the subprotocols they offer is chosen. The token is chosen only where nothing else is
 * offered, since answers are logged more often than requests.
 */
function chosenSubprotocol(offered: string | null): string | undefined {
  const names = offered?.split(",").map((name) => name.trim()).filter((name) => name !== "") ?? [];
  return names.find((name) => !name.startsWith(BEARER_SUBPROTOCOL)) ?? names[0];
}
