import type { Search, Turn } from "../ask/turn.ts";
import { ExcerptError } from "../errors.ts";
import { newId } from "../ids.ts";
import { requireNewItems } from "../operations/add-conversation-items.ts";
import { type HeldConversation, holdConversation } from "../operations/hold-conversation.ts";
import { readItems } from "../store/conversation-items.ts";
import { getResponseChain, type ResponseRow, type StoredItem } from "../store/responses.ts";
import { touchVectorStores } from "../store/vector-stores.ts";
import type { CompleteRequest } from "../wire/complete-request.ts";
import { type ConversationTurn, conversationOf } from "../wire/conversation-turn.ts";
import { givenFiles } from "../wire/given-files.ts";
import { modelWishes } from "../wire/model-wishes.ts";
import { fusionWeights } from "../wire/ranking-options.ts";
import { isUnended, type ResponseHead } from "../wire/response.ts";
import { answerFormat } from "../wire/text-format.ts";
import { planTools, type ToolPlan } from "../wire/tool-plan.ts";
import type { FileSearchTool } from "../wire/tools.ts";
import type { HttpDeps } from "./env.ts";
import { openInputFiles } from "./input-files.ts";
import { rerankingFor, rewriterOfAnswers, summariserOfAnswers } from "./optional-stages.ts";
import { readInput } from "./read-input.ts";
import { requireRoom } from "./require-room.ts";
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

/** A response that begins now. */
export function newHead(request: CompleteRequest): ResponseHead {
	return { id: newId("response"), created_at: Math.floor(Date.now() / 1000), request };
}

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
	requireForm(deps, model, request);
	const input = await readInput(deps.db, projectId, request.input);
	// Held before it is read: what is read is then what the answer is put behind.
	const conversation = request.conversation ? await hold(deps.db, projectId, request.conversation, head.id) : null;
	try {
		const before = conversation
			? await readConversation(deps, projectId, conversation.id, input)
			: await readChain(deps, projectId, request.previous_response_id ?? null);
		const said = conversationOf(before, input, request.instructions ?? null);
		const mode = request.context?.search ?? deps.config.SEARCH_MODE;
		const plan = planTools(request, mode, {
			generates: deps.chat.generates(model),
			goesOn: said.searchedBefore.length > 0,
		});
		const searches: Search[] = [];
		for (const tool of plan.fileSearch) searches.push(await searchOf(deps, projectId, tool, request));
		const given = givenFiles([...before, ...input]);
		const files = await openInputFiles(deps, projectId, [...given.now, ...given.earlier], signal);
		if (files.size > 0) searches.push(searchOfInput(deps, [...files.values()]));
		const givenStores = given.now.flatMap((id) => files.get(id) ?? []);
		const turn = turnOf(deps, request, { model, said, plan, searches, givenStores, signal });
		requireRoom(turn, deps.config.INPUT_TOKENS);
		const stores = searches.flatMap(({ vectorStoreIds }) => vectorStoreIds);
		if (stores.length > 0) await touchVectorStores(deps.db, [...new Set(stores)]);
		return { projectId, head, input, turn, conversation };
	} catch (error) {
		await conversation?.release();
		throw error;
	}
}

type Found = {
	model: string;
	said: ConversationTurn;
	plan: ToolPlan;
	searches: Search[];
	givenStores: string[];
	signal: AbortSignal;
};

function turnOf(
	deps: HttpDeps,
	request: CompleteRequest,
	{ model, said, plan, searches, givenStores, signal }: Found,
): Turn {
	return {
		...said,
		model,
		searches,
		givenStores,
		searchFirst: plan.searchFirst,
		ownSearches: plan.ownSearches,
		rewriter: rewriterOfAnswers(deps, model),
		tools: plan.functions,
		toolChoice: plan.toolChoice,
		parallelToolCalls: request.parallel_tool_calls ?? true,
		format: answerFormat(request.text?.format),
		passageTokens: request.context?.passage_tokens ?? deps.config.PASSAGE_TOKENS,
		historyTokens: request.context?.history_tokens ?? deps.config.HISTORY_TOKENS,
		summariser: summariserOfAnswers(deps, model),
		max_output_tokens: request.max_output_tokens ?? null,
		temperature: request.temperature ?? null,
		top_p: request.top_p ?? null,
		wishes: modelWishes(request),
		signal,
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
	tool: FileSearchTool,
	{ include }: CompleteRequest,
): Promise<Search> {
	for (const id of tool.vector_store_ids) await requireUsableStore(deps.db, projectId, id);
	return {
		ofInput: false,
		vectorStoreIds: [...new Set(tool.vector_store_ids)],
		limit: tool.max_num_results ?? null,
		filter: tool.filters,
		scoreThreshold: tool.ranking_options.score_threshold,
		weights: fusionWeights(tool.ranking_options),
		reranking: rerankingFor(deps, tool.ranking_options.ranker),
		explained: include?.includes("file_search_call.explanation") ?? false,
	};
}

/** Files in the conversation are searched as a store's are, by the settings that a tool has where it says nothing. */
function searchOfInput(deps: HttpDeps, vectorStoreIds: string[]): Search {
	const options = { limit: null, filter: null, scoreThreshold: 0, weights: null, explained: false };
	return { ...options, ofInput: true, vectorStoreIds, reranking: rerankingFor(deps, undefined) };
}

/** Sentences of documents are no JSON. */
function requireForm({ chat }: HttpDeps, model: string, { text }: CompleteRequest): void {
	const type = text?.format?.type ?? "text";
	if (type === "text" || chat.generates(model)) return;
	throw new ExcerptError(
		"invalid_value",
		`No model is set that could write '${type}': answers are extracted from documents. Set OPENAI_BASE_URL or OPENAI_API_KEY, or ask for text.`,
		{ param: "text.format.type" },
	);
}
