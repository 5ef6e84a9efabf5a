import { countChatCompletionTokens, countTokens } from "gpt-tokenizer/model/gpt-4o";

type Call = { function: { name: string; arguments: string } };
type Message = { role: string; content: string | null; tool_calls?: Call[] };
type Delta = {
	content?: string;
	refusal?: string;
	tool_calls?: { function?: { name?: string; arguments?: string } }[];
};

/**
 * The usage that a server reports for a request: counted of what it received, by gpt-tokenizer's own account of the chat
 * format and of functions, which models see as TypeScript. None of our own counting is used for it.
 */
export function countUsage({ messages, tools, response_format }: Record<string, unknown>, deltas: object[]) {
	const said = messages as Message[];
	const functions = ((tools ?? []) as { function: never }[]).map((tool) => tool.function);
	const plain = said.map(({ role, content }) => ({ role, content: content ?? "" }) as never);
	const calls = said.flatMap((message) => message.tool_calls ?? []);
	const schema = (response_format as { json_schema?: { schema: object } } | undefined)?.json_schema?.schema;
	const prompt_tokens =
		(countChatCompletionTokens?.({ messages: plain, functions }) ?? 0) +
		calls.reduce((sum, call) => sum + 3 + countTokens(call.function.name) + countTokens(call.function.arguments), 0) +
		(schema ? countTokens(JSON.stringify(schema)) : 0);
	const written = (deltas as Delta[]).map(({ content = "", refusal = "", tool_calls = [] }) => {
		return (
			content +
			refusal +
			tool_calls.map((call) => (call.function?.name ?? "") + (call.function?.arguments ?? "")).join("")
		);
	});
	const completion_tokens = countTokens(written.join(""));
	return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
