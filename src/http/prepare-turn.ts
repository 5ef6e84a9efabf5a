import type { Search, Turn } from "../ask/ask.ts";
import { ExcerptError } from "../errors.ts";
import { requireNewItems } from "../operations/add-conversation-items.ts";
import { type HeldConversation, holdConversation } from "../operations/hold-conversation.ts";
import { readItems } from "../store/conversation-items.ts";
import { getResponseChain, type ResponseRow, type StoredItem } from "../store/responses.ts";
import { touchVectorStores } from "../store/vector-stores.ts";
import type { CompleteRequest } from "../wire/complete-request.ts";
import { conversationOf, storedInput } from "../wire/input-items.ts";
import { fusionWeights } from "../wire/ranking-options.ts";
import { isUnended, type ResponseHead } from "../wire/response.ts";
import type { FileSearchTool } from "../wire/response-request.ts";
import type { HttpDeps } from "./env.ts";
import { rerankingFor, rewriterOfAnswers } from "./optional-stages.ts";
import { requireUsableStore } from "./usable-store.ts";

/** A request made ready: what is asked, and what its response begins with. */
export type PreparedTurn = {
	projectId: string;
	head: ResponseHead;
	/** The request's items as they are stored. */
	input: StoredItem[];
	turn: Turn;
	/** Held for this response; whoever answers it releases it, however that ends. */
	conversation: HeldConversation | null;
};

/**
 * Reads what a request refers to. Everything is checked here, before the first byte: what is wrong is a plain 4xx. `hold`
 * is how its conversation is taken.
 */
export async function prepareTurn(
	deps: HttpDeps,
	projectId: string,
	head: ResponseHead,
	signal: AbortSignal,
	hold = holdConversation,
): Promise<PreparedTurn> {
	const { request } = head;
	if (request.conversation && request.previous_response_id) throw bothHistories();
	const model = deps.chat.resolve(request.model);
	const search = await searchOf(deps, projectId, request, model);
	const input = storedInput(request.input);
	// Held before it is read: what is read is then what the answer is put behind.
	const conversation = request.conversation ? await hold(deps.db, projectId, request.conversation, head.id) : null;
	try {
		const before = conversation
			? await readConversation(deps, projectId, conversation.id, input)
			: await readChain(deps, projectId, request.previous_response_id ?? null);
		const said = conversationOf(before, input, request.instructions ?? null);
		if (search) await touchVectorStores(deps.db, search.vectorStoreIds);
		return { projectId, head, input, turn: turnOf(deps, request, { ...said, model, search, signal }), conversation };
	} catch (error) {
		await conversation?.release();
		throw error;
	}
}

function turnOf(
	{ config }: HttpDeps,
	request: CompleteRequest,
	found: Pick<Turn, "model" | "instructions" | "history" | "question" | "search" | "signal">,
): Turn {
	return {
		...found,
		passageTokens: request.context?.passage_tokens ?? config.PASSAGE_TOKENS,
		historyTokens: request.context?.history_tokens ?? config.HISTORY_TOKENS,
		max_output_tokens: request.max_output_tokens ?? null,
		temperature: request.temperature ?? null,
		top_p: request.top_p ?? null,
	};
}

/** What was said on a conversation, oldest first. Throws 400 where the input would bring an item that it has already. */
async function readConversation(
	{ db }: HttpDeps,
	projectId: string,
	id: string,
	input: StoredItem[],
): Promise<StoredItem[]> {
	await requireNewItems(db, projectId, id, input, "input");
	return readItems(db, projectId, id);
}

/** The items of a response and of those before it, oldest first. */
async function readChain({ db }: HttpDeps, projectId: string, previousId: string | null): Promise<StoredItem[]> {
	if (previousId === null) return [];
	const chain: ResponseRow[] = await getResponseChain(db, projectId, previousId);
	if (isUnended(chain.at(-1)?.body.status)) throw unended(previousId);
	if (chain.length > 0) return chain.flatMap((response) => [...response.input, ...response.body.output]);
	throw new ExcerptError("previous_response_not_found", `Previous response with id '${previousId}' not found.`, {
		param: "previous_response_id",
	});
}

function unended(id: string): ExcerptError {
	return new ExcerptError(
		"invalid_value",
		`Previous response with id '${id}' is still being answered. Wait until it has ended, or cancel it.`,
		{ param: "previous_response_id" },
	);
}

function bothHistories(): ExcerptError {
	return new ExcerptError(
		"invalid_value",
		"'previous_response_id' cannot be used in conjunction with 'conversation'. Send the one that holds what was said before.",
		{ param: "previous_response_id" },
	);
}

async function searchOf(
	deps: HttpDeps,
	projectId: string,
	request: CompleteRequest,
	model: string,
): Promise<Search | null> {
	const tools: FileSearchTool[] = request.tools ?? [];
	if (tools.length > 1)
		throw new ExcerptError("invalid_value", "Give one file_search tool; it may name several vector stores.", {
			param: "tools",
		});
	const [tool] = tools;
	if (!tool || request.tool_choice === "none") return null;
	for (const id of tool.vector_store_ids) await requireUsableStore(deps.db, projectId, id);
	return {
		vectorStoreIds: [...new Set(tool.vector_store_ids)],
		limit: tool.max_num_results ?? null,
		filter: tool.filters,
		scoreThreshold: tool.ranking_options.score_threshold,
		weights: fusionWeights(tool.ranking_options),
		rewriter: rewriterOfAnswers(deps, model),
		reranking: rerankingFor(deps, tool.ranking_options.ranker),
		explained: request.include?.includes("file_search_call.explanation") ?? false,
	};
}
