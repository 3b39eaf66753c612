import type { Api } from "./api.ts";

/** What the shop has counted under a metric's name, as far as its labels hold `label`. */
export async function counted(api: Api, name: string, label = ""): Promise<number> {
  const { text } = await api.call("/metrics");
  return text.split("\n")
    .filter((line) => new RegExp(`^${name}[ {]`).test(line) && line.includes(label))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
