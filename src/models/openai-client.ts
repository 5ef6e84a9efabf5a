import OpenAI from "openai";
import type { Config } from "../config.ts";
import { ExcerptError } from "../errors.ts";
import { withoutSecrets } from "../log.ts";

/** The client of the configured OpenAI-compatible server, or undefined where none is. */
export function createOpenAIClient(config: Pick<Config, "OPENAI_BASE_URL" | "OPENAI_API_KEY">): OpenAI | undefined {
	if (!config.OPENAI_BASE_URL && !config.OPENAI_API_KEY) return undefined;
	return createClientAt(config.OPENAI_BASE_URL || "https://api.openai.com/v1", config.OPENAI_API_KEY);
}

/** A client of the API at this address; `apiKey` may be empty. */
export function createClientAt(baseURL: string, apiKey: string): OpenAI {
	return new OpenAI({
		baseURL,
		// Local servers want none, the client insists on one.
		apiKey: apiKey || "none",
		organization: null,
		project: null,
		maxRetries: 2,
		timeout: 120_000,
		// It would print what a server sent to the console, keys and all.
		logLevel: "off",
	});
}

/**
 * What went wrong upstream, in our words and without keys; whether to try again is kept on the error. `settings` are those
 * that hold the server's address and the key for it.
 */
export function upstreamError(
	error: unknown,
	what: string,
	{ apiKey }: Pick<OpenAI, "apiKey">,
	settings = { address: "OPENAI_BASE_URL", key: "OPENAI_API_KEY" },
): ExcerptError {
	if (error instanceof OpenAI.APIUserAbortError)
		return new ExcerptError("upstream_error", `The ${what} was stopped.`, { cause: error });
	if (error instanceof OpenAI.APIConnectionError) {
		return new ExcerptError(
			"upstream_error",
			`The ${what} server cannot be reached. Check ${settings.address} and that it runs.`,
			{
				cause: error,
				retryable: true,
			},
		);
	}
	if (error instanceof OpenAI.APIError) {
		const status = error.status as number | undefined;
		const said = withoutKey(error.message, apiKey);
		const advice = status === 401 ? ` (Check ${settings.key}.)` : "";
		const limited = status === 429;
		const retryAfter = Number(error.headers?.get("retry-after"));
		return new ExcerptError(
			limited ? "rate_limit_exceeded" : "upstream_error",
			`The ${what} server answered: ${said}${advice}`,
			{
				cause: error,
				retryable: status === undefined || limited || status === 408 || status === 409 || status >= 500,
				retryAfter: retryAfter > 0 ? retryAfter : undefined,
			},
		);
	}
	return new ExcerptError("upstream_error", `The ${what} failed: ${withoutKey(String(error), apiKey)}`, {
		cause: error,
	});
}

/** Servers give keys any form; one shorter than this is a placeholder. */
const SHORTEST_KEY = 8;

function withoutKey(message: string, apiKey: string | null): string {
	const known = apiKey !== null && apiKey.length >= SHORTEST_KEY;
	return withoutSecrets(known ? message.replaceAll(apiKey, "[redacted]") : message);
}
