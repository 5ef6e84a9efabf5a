import { Command } from "commander";
import { loadConfig } from "../config.ts";
import { connect } from "./connect.ts";
import { requireStore } from "./find-store.ts";
import { printAnswer } from "./print-answer.ts";

type Options = { store: string; model: string; json?: boolean; previous?: string };

export const askCommand = new Command("ask")
	.description("Ask the documents of a vector store; prints the answer, its citations and its receipt.")
	.argument("<question>")
	.option("-s, --store <name>", "name or id of the vector store", "documents")
	.option("-m, --model <model>", "the model that answers", "default")
	.option("-p, --previous <response>", "id of the response that this question follows on")
	.option("--json", "print the response object instead")
	.action(async (question: string, { store: name, model, json, previous }: Options) => {
		const { client, close } = await connect(loadConfig());
		try {
			const store = await requireStore(client, name);
			const response = await client.responses.create({
				model,
				input: question,
				previous_response_id: previous ?? null,
				tools: [{ type: "file_search", vector_store_ids: [store.id] }],
			});
			if (json) console.log(JSON.stringify(response, null, 2));
			else {
				printAnswer(response);
				console.log(`\nTo ask on: excerpt ask --store ${name} --previous ${response.id} "…"`);
			}
		} finally {
			await close();
		}
	});
