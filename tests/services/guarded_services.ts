import { type OpenServices, openServices } from "./open_services.ts";
import { stockMugs } from "./shop_story.ts";

const PAGE = new URL("../../docs/services.md", import.meta.url);

/** Passwords are as in the page. */
const VITRINE = { user: "vitrine", pass: "secret-of-vitrine" };

/** A shop with nine mugs on a NATS server with the permissions that the page on services names. */
export async function openGuarded(): Promise<OpenServices> {
  const [, config] = /```conf\n(.*?)```/s.exec(await Deno.readTextFile(PAGE)) ?? [];
  const services = await openServices({ config, login: VITRINE });
  await services.startNode();
  await stockMugs(services);
  return services;
}
