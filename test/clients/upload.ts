/** Puts files into a new vector store and prints its id: `node upload.ts FILE…` */
// #region README
import { createReadStream } from "node:fs";
import OpenAI from "openai";

const client = new OpenAI();

const store = await client.vectorStores.create({ name: "companies" });
for (const path of process.argv.slice(2)) {
	const file = await client.vectorStores.files.uploadAndPoll(store.id, createReadStream(path));
	if (file.status !== "completed") throw new Error(`${path}: ${file.last_error?.message}`);
}
console.log(store.id);
// #endregion
