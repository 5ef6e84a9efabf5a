// A program: LangChain.js' PGVectorStore as its documents show it, over the rows that are in its table already, with an HNSW
// index of pgvector's defaults. Arguments: database URL, embedding URL, file of questions (JSON), clients, seconds. Prints a
// line of JSON. bench/search.ts runs it.
import { readFileSync } from "node:fs";
import { PGVectorStore } from "@langchain/community/vectorstores/pgvector";
import { OpenAIEmbeddings } from "@langchain/openai";

const [databaseUrl, embeddingUrl, path, clients, seconds] = process.argv.slice(2);
const questions = JSON.parse(readFileSync(path, "utf8"));
const embeddings = new OpenAIEmbeddings({ model: "stub", apiKey: "none", configuration: { baseURL: embeddingUrl } });
const store = await PGVectorStore.initialize(embeddings, {
	postgresConnectionOptions: { connectionString: databaseUrl },
	tableName: "langchain",
	distanceStrategy: "cosine",
});

const warmUp = Math.floor(questions.length / 5);
const times = [];
const found = [];
for (const [place, question] of questions.entries()) {
	const started = performance.now();
	const hits = await store.similaritySearch(question, 10);
	if (place < warmUp) continue;
	times.push(performance.now() - started);
	found.push(hits.map((hit) => hit.metadata.id));
}
let done = 0;
const started = performance.now();
await Promise.all(
	Array.from({ length: Number(clients) }, async () => {
		while (performance.now() - started < 1000 * Number(seconds)) {
			await store.similaritySearch(questions[done++ % questions.length], 10);
		}
	}),
);
const perSecond = done / ((performance.now() - started) / 1000);
console.log(JSON.stringify({ times, found, perSecond }));
await store.end();
