import { after, before, describe } from "@std/testing/bdd";
import { type Nats, startNats } from "../harness/nats.ts";
import { describeCluster } from "./cluster_contract.ts";
import { NatsRig } from "./nats_rig.ts";

describe("the cluster on NATS", () => {
  let nats: Nats;

  before(async () => {
    nats = await startNats();
  });
  after(() => nats[Symbol.asyncDispose]());

  describeCluster("its contract", () => Promise.resolve(new NatsRig(nats)));
});
