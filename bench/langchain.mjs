// A program: LangChain.js as its documents show it, PDFLoader → RecursiveCharacterTextSplitter → PGVectorStore, two files
// at a time. Arguments: database URL, embedding URL, warm-up files joined by commas, files. Prints a line of JSON. bench/ingest.ts runs it.
import { PDFLoader } from "@langchain/community/document_loaders/fs/pdf";
import { PGVectorStore } from "@langchain/community/vectorstores/pgvector";
import { OpenAIEmbeddings } from "@langchain/openai";
import { RecursiveCharacterTextSplitter } from "@langchain/textsplitters";

const [databaseUrl, embeddingUrl, warmUp, ...files] = process.argv.slice(2);
const embeddings = new OpenAIEmbeddings({
	model: "stub",
	apiKey: "none",
	batchSize: 96,
	configuration: { baseURL: embeddingUrl },
});
const store = await PGVectorStore.initialize(embeddings, {
	postgresConnectionOptions: { connectionString: databaseUrl },
	tableName: "documents",
});
// Its defaults are 1,000 characters with an overlap of 200.
const splitter = new RecursiveCharacterTextSplitter();

/** @param {string} path */
async function ingest(path) {
	const pages = await new PDFLoader(path).load();
	const chunks = await splitter.splitDocuments(pages);
	await store.addDocuments(chunks);
	return { pages: pages[0]?.metadata.pdf.totalPages ?? 0, chunks: chunks.length };
}

for (const path of warmUp.split(",")) await ingest(path);
const waiting = [...files];
const sum = { pages: 0, chunks: 0 };
const started = performance.now();
const lane = async () => {
	for (let path = waiting.shift(); path; path = waiting.shift()) {
		const { pages, chunks } = await ingest(path);
		sum.pages += pages;
		sum.chunks += chunks;
	}
};
await Promise.all([lane(), lane()]);
console.log(JSON.stringify({ ...sum, seconds: (performance.now() - started) / 1000 }));
await store.end();
