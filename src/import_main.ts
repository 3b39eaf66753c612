import { importCommand } from "./import/import_command.ts";

Deno.exit(await importCommand(Deno.args));
