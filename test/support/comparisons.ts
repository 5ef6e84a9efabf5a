import type OpenAI from "openai";
import type { ComparedSettings, ComparisonQuestion, ComparisonResults } from "../../src/comparison.ts";
import type { IndexBody } from "./indexes.ts";
import { until } from "./until.ts";

/** What the API says of a comparison; `results` in a list are left out. */
export type ComparisonBody = {
	id: string;
	object: "vector_store.comparison";
	vector_store_id: string;
	status: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
	progress: {
		stage: string;
		setting?: string;
		done?: number;
		of?: number;
		unit?: string;
		waiting_for?: string;
	} | null;
	last_error: { code: string; message: string } | null;
	settings: (ComparedSettings & { index_id: string | null })[];
	model: string | null;
	generate: number | null;
	generated: {
		asked: number;
		kept: number;
		input_tokens: number;
		output_tokens: number;
		cost_usd: number | null;
	} | null;
	sample: { files: number; of: number } | null;
	created_at: number;
	ended_at: number | null;
	results?: ComparisonResults | null;
};

export type ComparisonRequest = {
	settings: {
		name?: string;
		chunking_strategy?: unknown;
		embedding_model?: string | null;
		context?: { passage_tokens: number };
	}[];
	questions?: ComparisonQuestion[];
	generate?: number;
	model?: string;
	sample?: { files: number };
};

export function startComparison(client: OpenAI, storeId: string, body: ComparisonRequest): Promise<ComparisonBody> {
	return client.post<ComparisonBody>(`/vector_stores/${storeId}/comparisons`, { body });
}

export function getComparison(client: OpenAI, storeId: string, id: string): Promise<ComparisonBody> {
	return client.get<ComparisonBody>(`/vector_stores/${storeId}/comparisons/${id}`);
}

/** Newest first. */
export async function listComparisons(client: OpenAI, storeId: string): Promise<ComparisonBody[]> {
	return (await client.get<{ data: ComparisonBody[] }>(`/vector_stores/${storeId}/comparisons`)).data;
}

export function cancelComparison(client: OpenAI, storeId: string, id: string): Promise<ComparisonBody> {
	return client.post<ComparisonBody>(`/vector_stores/${storeId}/comparisons/${id}/cancel`);
}

export function activateSettings(client: OpenAI, storeId: string, id: string, settings: string): Promise<IndexBody> {
	return client.post<IndexBody>(`/vector_stores/${storeId}/comparisons/${id}/activate`, { body: { settings } });
}

export type Compared = ComparisonBody & { results: ComparisonResults };

/** Polls until the comparison has ended. */
export function untilCompared(
	client: OpenAI,
	storeId: string,
	id: string,
	patienceMs?: number,
): Promise<ComparisonBody> {
	const ended = async () => {
		const comparison = await getComparison(client, storeId, id);
		return comparison.status !== "queued" && comparison.status !== "in_progress" && comparison;
	};
	return until("the comparison to end", ended, patienceMs);
}

/** Compares and waits; what does not complete is an error. */
export async function compare(client: OpenAI, storeId: string, body: ComparisonRequest): Promise<Compared> {
	const { id } = await startComparison(client, storeId, body);
	const ended = await untilCompared(client, storeId, id);
	if (ended.status !== "completed" || !ended.results) {
		throw new Error(`the comparison is ${ended.status}: ${ended.last_error?.message}`);
	}
	return { ...ended, results: ended.results };
}
