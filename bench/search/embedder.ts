/**
 * An embedding server that needs no model. A text is the sum of its words, rare words counting more; words are points of a
 * space of few dimensions, drawn around a few hundred centres by a seeded generator; a fixed projection takes that to as
 * many dimensions as a model's vectors have, and a little of the text's own noise is added. So texts that share words lie
 * together, in clusters, and the vectors have an intrinsic dimension of some tens, as those of real models; nothing else is
 * claimed of them. Run as a process of its own: it prints its address. What it was sent since the last time is had from GET
 * /v1/usage; nothing is kept before the first.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { randomOf } from "../../lab/random.ts";
import { countTokens } from "../../src/models/tokens.ts";
import { gaussian, hashOf } from "./random.ts";

export const DIMENSIONS = 512;
const LATENT = 48;
const CENTRES = 300;
/** Of a word's vector, what its centre gives. */
const CENTRE_SHARE = 0.5;
/** Length of the noise beside a text's vector of length 1. */
const NOISE = 0.1;

const centres = Array.from({ length: CENTRES }, (_, place) => drawn(LATENT, place + 1));
const projection = Array.from({ length: LATENT }, (_, place) => drawn(DIMENSIONS, 10_000 + place));
const words = new Map<string, Float32Array>();

/** The text's vector, of length 1. */
export function embed(text: string): Float32Array {
	const latent = new Float32Array(LATENT);
	for (const word of new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])) {
		// Long words are rare words, near enough.
		add(latent, vectorOf(word), Math.min(word.length, 8) ** 1.5);
	}
	normalize(latent);
	const vector = new Float32Array(DIMENSIONS);
	for (let place = 0; place < LATENT; place++) add(vector, projection[place] as Float32Array, latent[place] as number);
	normalize(vector);
	const random = randomOf(hashOf(text));
	// Uniform noise of the same variance is as good and a tenth of the work.
	const scale = NOISE * Math.sqrt(12 / DIMENSIONS);
	for (let place = 0; place < DIMENSIONS; place++) vector[place] = (vector[place] as number) + scale * (random() - 0.5);
	return normalize(vector);
}

function vectorOf(word: string): Float32Array {
	let vector = words.get(word);
	if (!vector) {
		const hash = hashOf(word);
		vector = drawn(LATENT, hash);
		for (let place = 0; place < LATENT; place++) vector[place] = (1 - CENTRE_SHARE) * (vector[place] as number);
		add(vector, centres[hash % CENTRES] as Float32Array, CENTRE_SHARE);
		words.set(word, normalize(vector));
	}
	return vector;
}

function drawn(length: number, seed: number): Float32Array {
	const random = randomOf(seed);
	return Float32Array.from({ length }, () => gaussian(random));
}

function add(sum: Float32Array, vector: Float32Array, weight: number): void {
	for (let place = 0; place < sum.length; place++) {
		sum[place] = (sum[place] as number) + weight * (vector[place] as number);
	}
}

/** In place. */
function normalize(vector: Float32Array): Float32Array {
	let square = 0;
	for (const value of vector) square += value * value;
	const length = Math.sqrt(square) || 1;
	for (let place = 0; place < vector.length; place++) vector[place] = (vector[place] as number) / length;
	return vector;
}

/** What was sent: texts, and their tokens, which are counted when somebody asks and not while somebody waits. */
export type Usage = { requests: number; texts: number; tokens: number };

let sent: string[][] | undefined;

function takeUsage(): Usage {
	const texts = sent?.flat() ?? [];
	const requests = sent?.length ?? 0;
	sent = [];
	return { requests, texts: texts.length, tokens: texts.reduce((sum, text) => sum + countTokens(text), 0) };
}

function embeddings(texts: string[]) {
	sent?.push(texts);
	const data = texts.map((text, index) => {
		const embedding = Buffer.from(embed(text).buffer).toString("base64");
		return { object: "embedding", index, embedding };
	});
	return { object: "list", model: "stub", data, usage: { prompt_tokens: 0, total_tokens: 0 } };
}

if (import.meta.main) {
	const server = createServer(async (request, response) => {
		const body = Buffer.concat(await request.toArray()).toString();
		const answer = request.url === "/v1/usage" ? takeUsage() : embeddings([JSON.parse(body).input].flat());
		response.setHeader("content-type", "application/json");
		response.end(JSON.stringify(answer));
	});
	server.listen(0, "127.0.0.1", () => {
		console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
	});
}
