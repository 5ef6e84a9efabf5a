import type { Handle } from "../db/handle.ts";
import { newId } from "../ids.ts";
import type { ChatEvent, ChatMessage, ChatModel, ChatTool, ToolCall } from "../models/chat-model.ts";
import { countRequest, estimateUsage } from "../models/count-messages.ts";
import type { Usage } from "../types.ts";
import type { AskEvent, Incomplete } from "./ask-event.ts";
import { type CitationCounts, noCitations } from "./citation-counts.ts";
import { CitedText } from "./cited-text.ts";
import { type Reply, readReply } from "./read-reply.ts";
import { describeFound, NO_MORE_SEARCHES, NOT_UNDERSTOOD, queriesOf, SEARCH_TOOL, toolsOf } from "./search-tool.ts";
import type { Turn } from "./turn.ts";
import type { TurnSearch } from "./turn-search.ts";

/** One call to the model. */
export type ModelCall = {
	model: string;
	/** By its server's count, or where it `reported` none by ours. */
	usage: Usage;
	reported: boolean;
	/** What was sent, in tokens by our own count. */
	counted: number;
	tools: ChatTool[];
	/** What of its prompt was added to the turn's first. */
	added: ChatMessage[];
};

export type Answered = {
	model: string;
	incomplete: Incomplete;
	calls: ModelCall[];
	/** All that the model wrote, calls of functions included. */
	output: string;
	citations: CitationCounts;
	/** Milliseconds, by the turn's clock; null where nothing came. */
	firstToken: number | null;
};

type Deps = { db: Handle; chat: ChatModel };

/**
 * Asks the model, and where it searches by itself asks it again with what was found, until it answers or calls functions of
 * the client's. It ends: each round makes one of the searches that are allowed, and in the last round none is offered.
 */
export async function* answer(
	{ db, chat }: Deps,
	turn: Turn,
	prompt: ChatMessage[],
	search: TurnSearch,
	clock: () => number,
): AsyncGenerator<AskEvent, Answered> {
	const citations = noCitations();
	const calls: ModelCall[] = [];
	const added: ChatMessage[] = [];
	let output = "";
	let firstToken: number | null = null;
	let toolChoice = turn.toolChoice;
	// Offered to the end, so that the prompt's beginning stays the same and its earlier calls make sense.
	const tools = toolsOf(turn);
	const isOurs = (name: string) => turn.ownSearches > 0 && name === SEARCH_TOOL.name;
	const options = { isOurs, newText: () => new CitedText(db, search.sent, citations) };
	const noteFirst = () => {
		firstToken ??= clock();
	};
	for (;;) {
		const searching = search.mayGoOn;
		const messages = [...prompt, ...added];
		const offered = searching || turn.tools.length === 0 ? tools : turn.tools;
		const choice = searching || turn.tools.length > 0 ? toolChoice : "none";
		const max_output_tokens = leftOf(turn.max_output_tokens, calls);
		const asked = { messages, context: search.sent, tools: offered, toolChoice: choice, max_output_tokens };
		const request = { ...turn, ...asked };
		const reply = yield* readReply(watched(chat.stream(request), noteFirst), options);
		const written = reply.text + reply.calls.map((call) => call.name + call.arguments).join("");
		output += written;
		const counted = countRequest(messages, offered, turn.format);
		const usage = reply.usage ?? estimateUsage(counted, written);
		const reported = reply.usage !== null;
		calls.push({ model: reply.model, usage, reported, counted, tools: offered, added: [...added] });

		const own = reply.calls.filter((call) => isOurs(call.name));
		const callsClient = own.length < reply.calls.length;
		const results: ChatMessage[] = [];
		if (reply.finish === "stop" && searching) {
			for (const call of own) results.push({ role: "tool", callId: call.id, content: yield* runSearch(call, search) });
		}
		if (results.length > 0 && !callsClient) {
			added.push({ role: "assistant", content: reply.text, toolCalls: own }, ...results);
			toolChoice = "auto";
			continue;
		}
		if (reply.text === "" && !callsClient) yield* sayNothing(reply);
		return { model: reply.model, incomplete: incompleteOf(reply), calls, output, citations, firstToken };
	}
}

/** What the model is to read as its call's result. */
async function* runSearch(call: ToolCall, search: TurnSearch): AsyncGenerator<AskEvent, string> {
	if (!search.claim()) return NO_MORE_SEARCHES;
	const queries = queriesOf(call.arguments);
	if (!queries) return NOT_UNDERSTOOD;
	return describeFound(yield* search.own(queries), search.sent);
}

/** An answer has a message, and be it an empty one. */
function* sayNothing(reply: Reply): Generator<AskEvent> {
	const id = newId("message");
	yield { type: "message_started", id };
	yield { type: "message_completed", id, incomplete: reply.finish !== "stop" };
}

function incompleteOf({ finish }: Reply): Incomplete {
	return finish === "length" ? "max_output_tokens" : finish === "content_filter" ? finish : null;
}

async function* watched(events: AsyncIterable<ChatEvent>, noteFirst: () => void): AsyncGenerator<ChatEvent> {
	for await (const event of events) {
		if (event.type !== "done") noteFirst();
		yield event;
	}
}

/** What the calls before have left of a limit on the whole answer; at least a token, with which the model ends for want of more. */
function leftOf(limit: number | null, calls: ModelCall[]): number | null {
	if (limit === null) return null;
	return Math.max(1, limit - calls.reduce((sum, { usage }) => sum + usage.output_tokens, 0));
}
