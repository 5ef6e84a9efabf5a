import { ExcerptError } from "../errors.ts";
import { EXTRACTIVE } from "../models/extractive.ts";
import type { HttpDeps } from "./env.ts";
import { usualModel } from "./usual-model.ts";

/**
 * The model that a comparison's questions are written by and its costs told for: the one named, or the usual one. Null where none is. Throws 400 where questions are to be written and
 * nobody can.
 */
export function modelOfComparison(
	{ chat, config }: Pick<HttpDeps, "chat" | "config">,
	{ model, generate }: { model?: string; generate?: number },
): string | null {
	const named = model ?? usualModel(config);
	// Where none is named, any name tells whether there is a server at all.
	const writes = chat.generates(named === undefined ? "" : chat.resolve(named));
	if (generate !== undefined && !writes) {
		throw new ExcerptError(
			"invalid_value",
			"No model is set that could write questions. Set OPENAI_BASE_URL or OPENAI_API_KEY, or give questions with their evidence.",
			{ param: "generate" },
		);
	}
	if (generate !== undefined && named === undefined) {
		throw new ExcerptError(
			"invalid_value",
			"It is not said which model is to write questions. Give 'model', or set MODEL_ALIASES.",
			{ param: "model" },
		);
	}
	if (named === undefined) return writes ? null : EXTRACTIVE;
	return chat.resolve(named);
}
