import { statSync } from "node:fs";
import { basename } from "node:path";
import { parse } from "../../ingest/parse/parse.ts";

// A program: parses the files it is sent by name and keeps nothing, one at a time; what the parser alone can do.

process.on("message", async (path: string) => {
	let characters = 0;
	const pieces = parse({ path, filename: basename(path), bytes: statSync(path).size });
	for (let step = await pieces.next(); ; step = await pieces.next()) {
		if (step.done) {
			process.send?.({ pages: step.value.pages ?? 0, characters });
			return;
		}
		for (const piece of step.value) characters += piece.text.length;
	}
});
