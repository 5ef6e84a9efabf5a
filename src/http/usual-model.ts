import type { Config } from "../config.ts";

/** Who is asked where a request names no model: who answers for `*` by MODEL_ALIASES, or else its first. */
export function usualModel({ MODEL_ALIASES }: Pick<Config, "MODEL_ALIASES">): string | undefined {
	return MODEL_ALIASES.get("*") || [...MODEL_ALIASES.values()][0];
}
