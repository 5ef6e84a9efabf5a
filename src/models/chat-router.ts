import type { ChatAdapter, ChatModel } from "./chat-model.ts";
import { EXTRACTIVE } from "./extractive.ts";
import { providerOf } from "./langchain-providers.ts";

export type Adapters = {
	/** null: no server is set. */
	openai: ChatAdapter | null;
	langchain: ChatAdapter;
	extractive: ChatAdapter;
};

/**
 * All models as one, told apart by name: `extractive`; `provider:model` of a provider that LangChain knows; any other is the
 * configured server's, or where none is set the extractive one's. `aliases` come before that, `*` for every other name.
 */
export function createChatRouter({ openai, langchain, extractive }: Adapters, aliases: Map<string, string>): ChatModel {
	const adapterOf = (model: string) => {
		if (model === EXTRACTIVE) return extractive;
		// Servers have names with a colon too: `llama3:8b`, `ft:gpt-4o:…`.
		return providerOf(model) ? langchain : (openai ?? extractive);
	};
	return {
		generates: (model) => adapterOf(model) !== extractive,
		resolve(requested) {
			const model = aliases.get(requested) ?? aliases.get("*") ?? requested;
			return adapterOf(model) === extractive ? EXTRACTIVE : model;
		},
		async list() {
			const served = await (openai ?? extractive).list();
			const names = [...aliases.keys()].filter((name) => name !== "*");
			// Providers tell no list, but those that the owner has chosen do answer.
			const chosen = [...aliases.values()].filter(providerOf);
			return [...new Set([...served, ...names, ...chosen])];
		},
		stream: (request) => adapterOf(request.model).stream(request),
	};
}
