import { ExcerptError } from "../errors.ts";
import type { ChatTool, ToolChoice } from "../models/chat-model.ts";
import type { SearchMode } from "../types.ts";
import type { CompleteRequest } from "./complete-request.ts";
import type { FileSearchTool, FunctionTool, RequestedChoice, Tool } from "./tools.ts";

/** How often a model may search by itself where the request does not say: enough for a question of several parts. */
const OWN_SEARCHES = 4;

/** What a request's tools and their choice come to. */
export type ToolPlan = {
	fileSearch: FileSearchTool[];
	searchFirst: boolean;
	ownSearches: number;
	functions: ChatTool[];
	toolChoice: ToolChoice;
};

/**
 * Decides who calls what. `mode`: when documents are searched, where the choice does not say. `generates`: whether the
 * model can call functions; one that cannot is given none, and its documents are always searched first. `goesOn`: what was
 * searched for the question before is searched again, whatever the mode. Throws 400 for a choice of a tool that is not there,
 * and for one that the model cannot follow.
 */
export function planTools(
	request: Pick<CompleteRequest, "tools" | "tool_choice" | "max_tool_calls">,
	mode: SearchMode,
	{ generates, goesOn }: { generates: boolean; goesOn: boolean },
): ToolPlan {
	const given = request.tools ?? [];
	const choice = request.tool_choice ?? "auto";
	requireDistinctNames(given);
	requireGiven(choice, given);
	const allowed = typeof choice === "object" && choice.type === "allowed_tools" ? given.filter(isIn(choice)) : given;
	const fileSearch = allowed.filter((tool) => tool.type === "file_search");
	const functions = allowed.filter((tool) => tool.type === "function");
	const forced = forcedOf(choice);
	const searchForced = forced === "file_search" || (forced === "required" && functions.length === 0);
	if (!generates && needsFunction(forced, fileSearch)) throw cannotCall();

	const asks = fileSearch.length > 0 && choice !== "none";
	const searchFirst = asks && (mode !== "tool" || !generates);
	const bySelf = asks && generates && !isFunction(forced) && (mode !== "first" || searchForced);
	const madeFirst = searchFirst || goesOn ? fileSearch.length : 0;
	const left = request.max_tool_calls ? Math.max(0, request.max_tool_calls - madeFirst) : OWN_SEARCHES;
	return {
		fileSearch: asks || goesOn ? fileSearch : [],
		searchFirst,
		ownSearches: bySelf ? left : 0,
		functions: generates ? functions.map(chatTool) : [],
		toolChoice: choiceFor(choice, forced, searchForced, searchFirst),
	};
}

type Forced = "file_search" | "required" | { name: string } | null;

function forcedOf(choice: RequestedChoice): Forced {
	if (typeof choice === "string") return choice === "required" ? choice : null;
	if (choice.type === "allowed_tools") return choice.mode === "required" ? "required" : null;
	return choice.type === "file_search" ? choice.type : { name: choice.name };
}

function isFunction(forced: Forced): forced is { name: string } {
	return forced !== null && typeof forced === "object";
}

function needsFunction(forced: Forced, fileSearch: FileSearchTool[]): boolean {
	return isFunction(forced) || (forced === "required" && fileSearch.length === 0);
}

/** Of the first call to the model. A search that is made anyway need not be forced upon it. */
function choiceFor(choice: RequestedChoice, forced: Forced, searchForced: boolean, searchFirst: boolean): ToolChoice {
	if (choice === "none") return "none";
	if (searchForced) return searchFirst ? "auto" : { name: "file_search" };
	return isFunction(forced) || forced === "required" ? forced : "auto";
}

function chatTool({ name, description, parameters, strict }: FunctionTool): ChatTool {
	return { name, description, parameters, strict };
}

type AllowedTools = Extract<RequestedChoice, { type: "allowed_tools" }>;

function isIn({ tools }: AllowedTools): (tool: Tool) => boolean {
	return (tool) => tools.some((allowed) => isMeant(allowed, tool));
}

function isMeant(named: { type: string; name?: string }, tool: Tool): boolean {
	return named.type === tool.type && (tool.type === "file_search" || tool.name === named.name);
}

function requireGiven(choice: RequestedChoice, given: Tool[]): void {
	const wanted = typeof choice === "string" ? [] : choice.type === "allowed_tools" ? choice.tools : [choice];
	const missing = wanted.find((named) => !given.some((tool) => isMeant(named, tool)));
	if (missing) {
		const name = missing.type === "function" ? `function '${missing.name}'` : missing.type;
		throw invalid("tool_choice", `Tool choice '${name}' not found in 'tools'. Give it there too.`);
	}
	if (choice === "required" && given.length === 0) {
		throw invalid("tool_choice", "Tool choice 'required' needs 'tools' to choose from. Give some, or leave it out.");
	}
}

/** With a search the model knows of one function more. */
function requireDistinctNames(given: Tool[]): void {
	const searches = given.some((tool) => tool.type === "file_search");
	const known = new Set<string>(searches ? ["file_search"] : []);
	for (const [place, tool] of given.entries()) {
		if (tool.type !== "function") continue;
		if (known.has(tool.name)) {
			throw invalid(
				`tools[${place}].name`,
				`Invalid 'tools[${place}].name': another tool has the name '${tool.name}'.`,
			);
		}
		known.add(tool.name);
	}
}

function cannotCall(): ExcerptError {
	return invalid(
		"tool_choice",
		"No model is set that could call a function: answers are extracted from documents. Set OPENAI_BASE_URL or OPENAI_API_KEY, or leave the choice at 'auto'.",
	);
}

function invalid(param: string, message: string): ExcerptError {
	return new ExcerptError("invalid_value", message, { param });
}
