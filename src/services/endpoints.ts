import type { DescribedEndpoint } from "./discovery.ts";
import { EndpointCounter } from "./endpoint_counter.ts";
import {
  type QueriedKind,
  queriedKinds,
  type ServiceCommand,
  serviceCommands,
  type ServiceName,
} from "./service_commands.ts";
import { COMMANDS, QUERIES } from "./subjects.ts";

export interface Endpoint extends DescribedEndpoint {
  readonly asks: "command" | "query";
}

/** What a service takes, as clients discover it: one endpoint for each command, and one for each kind of state. */
export function endpointsOf(service: ServiceName): readonly Endpoint[] {
  const commands = serviceCommands.filter((served) => served.service === service).map(commandEndpoint);
  const states = [...queriedKinds].filter(([, queried]) => queried.service === service).map(stateEndpoint);
  return [...commands, ...states];
}

function commandEndpoint({ kind, command, summary, roles, bodySchema, mailed }: ServiceCommand): Endpoint {
  return {
    asks: "command",
    name: `${kind}-${command}`,
    subject: `${COMMANDS}.${kind}.*.${command}`,
    counter: new EndpointCounter(),
    metadata: { summary, roles: roles.join(" "), schema: JSON.stringify(bodySchema), mail: String(mailed) },
  };
}

function stateEndpoint([kind, { roles }]: readonly [string, QueriedKind]): Endpoint {
  return {
    asks: "query",
    name: `${kind}-state`,
    subject: `${QUERIES}.${kind}.*`,
    counter: new EndpointCounter(),
    metadata: { summary: `The current state of one ${kind}.`, roles: roles.join(" ") },
  };
}
