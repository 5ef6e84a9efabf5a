import type OpenAI from "openai";
import type { ChunkingStrategy } from "../../src/chunking-strategy.ts";
import type { IndexEstimate } from "../../src/types.ts";
import { until } from "./until.ts";

/** What the API says of an index. */
export type IndexBody = {
	id: string;
	object: "vector_store.index";
	vector_store_id: string;
	status: string;
	settings: {
		chunking_strategy: ChunkingStrategy;
		embedding_model: string | null;
		embedding_dimensions: number | null;
		activate: string;
		keep: number;
	};
	stage: string | null;
	progress: { done: number; of?: number; unit: string; waiting_for?: string } | null;
	counts: { files: number; chunks: number };
	last_error: { code: string; message: string } | null;
	created_at: number;
	activated_at: number | null;
};

export type BuildRequest = {
	chunking_strategy?: unknown;
	embedding_model?: string | null;
	activate?: string;
	keep?: number;
};

export function startBuild(client: OpenAI, storeId: string, body: BuildRequest): Promise<IndexBody> {
	return client.post<IndexBody>(`/vector_stores/${storeId}/indexes`, { body });
}

export function estimateBuild(client: OpenAI, storeId: string, body: BuildRequest): Promise<IndexEstimate> {
	return client.post<IndexEstimate>(`/vector_stores/${storeId}/indexes`, { body: { ...body, dry_run: true } });
}

export function getIndex(client: OpenAI, storeId: string, indexId: string): Promise<IndexBody> {
	return client.get<IndexBody>(`/vector_stores/${storeId}/indexes/${indexId}`);
}

/** Newest first. */
export async function listIndexes(client: OpenAI, storeId: string): Promise<IndexBody[]> {
	return (await client.get<{ data: IndexBody[] }>(`/vector_stores/${storeId}/indexes`)).data;
}

export function actOnIndex(
	client: OpenAI,
	storeId: string,
	indexId: string,
	action: "activate" | "cancel",
): Promise<IndexBody> {
	return client.post<IndexBody>(`/vector_stores/${storeId}/indexes/${indexId}/${action}`);
}

/** Polls until the index has that status; another that is final is an error. */
export function untilIndex(client: OpenAI, storeId: string, indexId: string, status: string): Promise<IndexBody> {
	return until(`the index to be ${status}`, async () => {
		const index = await getIndex(client, storeId, indexId);
		if (index.status === status) return index;
		if (index.status === "failed") throw new Error(`the index failed: ${index.last_error?.message}`);
		return undefined;
	});
}

/** Builds an index and waits for it. */
export async function build(client: OpenAI, storeId: string, body: BuildRequest): Promise<IndexBody> {
	const { id } = await startBuild(client, storeId, body);
	return untilIndex(client, storeId, id, body.activate === "manual" ? "ready" : "active");
}

export type Found = { chunk_id: string; file_id: string; text: string; attributes: unknown };

/** What a search finds, in the words of these tests; `indexId`: in that index. */
export async function find(
	client: OpenAI,
	storeId: string,
	query: string,
	{ indexId, ...options }: { indexId?: string; filters?: unknown; ranking_options?: unknown } = {},
): Promise<Found[]> {
	const body = { query, max_num_results: 50, ...(indexId && { index_id: indexId }), ...options };
	const page = await client.vectorStores.search(storeId, body as OpenAI.VectorStores.VectorStoreSearchParams);
	return page.data.map((result) => {
		const { chunk_id } = result as unknown as { chunk_id: string };
		const { file_id, attributes, content } = result;
		return { chunk_id, file_id, attributes, text: content[0]?.text ?? "" };
	});
}

/** The index that a passage came from, by its number. */
export function indexNumberOf({ chunk_id }: Pick<Found, "chunk_id">): number {
	return Number(/^chunk_(\d+)_\d+$/.exec(chunk_id)?.[1]);
}
