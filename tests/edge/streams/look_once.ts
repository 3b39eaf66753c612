/** Prints what a look at the kernel's tables of connections comes to, with the permissions that it was started with. */
import { grepRetransmissions } from "../../../src/edge/streams/grep_retransmissions.ts";

console.info(JSON.stringify(await grepRetransmissions({ port: 8080 }).look()));
