import { fileURLToPath } from "node:url";
import { Command } from "commander";
import type OpenAI from "openai";
import { loadConfig } from "../config.ts";
import { createLog } from "../log.ts";
import { createClient } from "./connect.ts";
import { findStore } from "./find-store.ts";
import { report } from "./ingest.ts";
import { listen } from "./listen.ts";
import { describeFiles } from "./local-files.ts";
import { printAnswer } from "./print-answer.ts";
import { ingestFiles } from "./upload.ts";

const DOCUMENTS = fileURLToPath(new URL("../../fixtures/demo/", import.meta.url));
const STORE = "demo";

/** One question of each format: two PDFs, a CSV, nested JSON, a text; and one that no document answers. */
const QUESTIONS = [
	"How many airplanes of U.S. registry does the FAA estimate would be affected by the proposed 737 MAX airworthiness directive?",
	"How many local educational agency websites does the Student Privacy Policy Office plan to review by the end of FY 2022?",
	"In which year was Colgate-Palmolive founded, and where is its headquarters?",
	"Over which subjects does the House Committee on Agriculture have legislative jurisdiction?",
	"According to RFC 4180, how must a double quote inside a quoted CSV field be escaped?",
	"What is the current market capitalisation of Nvidia?",
];

export const demoCommand = new Command("demo")
	.description("Ingest the five documents in fixtures/demo, ask them a question each, then serve them.")
	.option("--exit", "stop after the questions")
	.action(async ({ exit }: { exit?: boolean }) => {
		const config = loadConfig();
		const log = createLog(config.LOG_LEVEL === "info" ? "error" : config.LOG_LEVEL);
		console.log(`Opening ${config.DATABASE_URL ? "the database" : `the embedded database in ${config.DATA_DIR}`} …`);
		const { createService } = await import("../app.ts");
		const service = await createService(config, log, { worker: true, background: true });
		const client = createClient(config, "http://127.0.0.1", service.fetch);

		let storeId: string;
		try {
			storeId = await ingestAndAsk(client);
		} catch (error) {
			// What is left open would keep the process from ending.
			await service.close();
			throw error;
		}
		if (exit) return service.close();
		const url = await listen(service, config, log);
		console.log(
			`\nServing at ${url}/v1 until Ctrl-C. The set is the vector store ${storeId}; ask it from another terminal:`,
		);
		console.log(`  npm exec excerpt -- ask --store demo "What is the CIK number of Datadog?"`);
	});

/** Returns the id of the vector store with the documents. */
async function ingestAndAsk(client: OpenAI): Promise<string> {
	const store = (await findStore(client, STORE)) ?? (await client.vectorStores.create({ name: STORE }));
	report(await ingestFiles(client, store.id, await describeFiles([DOCUMENTS])), STORE);
	for (const question of QUESTIONS) {
		console.log(`\nQ: ${question}`);
		printAnswer(
			await client.responses.create({
				model: "default",
				input: question,
				tools: [{ type: "file_search", vector_store_ids: [store.id] }],
			}),
		);
	}
	return store.id;
}
