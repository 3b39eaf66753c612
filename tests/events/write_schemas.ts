import { breaksBetween, presentSchemas, record, recordedSchemas } from "./schema_snapshot.ts";

const broken = breaksBetween(recordedSchemas(), presentSchemas());
if (broken.length > 0) {
  console.error(broken.join("\n"));
  console.error(
    "Cannot record the schemas: consumers would break. Publish a new version of the event beside the old one.",
  );
  Deno.exit(1);
}
record(presentSchemas());
