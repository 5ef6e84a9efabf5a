import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../docs/wire.md", import.meta.url), "utf8");

/** What a table of docs/wire.md says of each name in its first two columns: `served`, `accepted`, `ignored`, `refused`. */
export function wireTable(heading: string): Map<string, string> {
	const [, section = ""] = page.split(new RegExp(`^## ${heading}$`, "m"));
	const rows = (section.split(/^## /m)[0] ?? "").matchAll(/^\| (.*?) \| (.*?) \|/gm);
	return new Map(
		[...rows].flatMap(([, names = "", verdict = ""]) =>
			[...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => [name, verdict] as const),
		),
	);
}
