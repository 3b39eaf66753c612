import { expect } from "@std/expect";
import type { Cluster } from "./cluster.ts";

/** What a node says when something has happened that nobody thought of. */
const DEFECT = /"level":"error"|Uncaught|MaxListenersExceededWarning|reader closed/;

/** Misfortune is no defect: whatever was done to the nodes, none has met one. */
export function expectNoDefects({ nodes }: Pick<Cluster, "nodes">): void {
  expect(nodes.flatMap(({ lines }) => lines.filter((line) => DEFECT.test(line)))).toEqual([]);
}
