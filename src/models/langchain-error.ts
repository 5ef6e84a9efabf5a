import { ExcerptError, messageOf } from "../errors.ts";
import { withoutSecrets } from "../log.ts";

/** Whatever a provider's client threw, as far as they agree. */
type Thrown = {
	name?: string;
	status?: unknown;
	statusCode?: unknown;
	status_code?: unknown;
	$metadata?: { httpStatusCode?: unknown };
	headers?: { get?(name: string): string | null };
};

/** What went wrong at a provider, in our words and without keys; whether to try again is kept on the error. */
export function providerError(thrown: unknown, model: string): ExcerptError {
	const error = (typeof thrown === "object" && thrown !== null ? thrown : {}) as Thrown;
	const status = [error.status, error.statusCode, error.status_code, error.$metadata?.httpStatusCode].find(
		(given) => typeof given === "number",
	);
	const said = withoutKeys(messageOf(thrown));
	if (status === 404) {
		return new ExcerptError(
			"model_not_found",
			`The model '${model}' does not exist at its provider, which answered: ${said}`,
			{ param: "model", cause: thrown },
		);
	}
	if (status === undefined) {
		return new ExcerptError("upstream_error", `The provider of the model '${model}' did not answer: ${said}`, {
			cause: thrown,
			retryable: true,
		});
	}
	const retryAfter = Number(error.headers?.get?.("retry-after"));
	return new ExcerptError(
		status === 429 ? "rate_limit_exceeded" : "upstream_error",
		`The provider of the model '${model}' answered: ${status} ${said}`,
		{
			cause: thrown,
			retryable: status === 408 || status === 409 || status === 429 || status >= 500,
			retryAfter: retryAfter > 0 ? retryAfter : undefined,
		},
	);
}

/**
 * The keys are the providers' own business and not known here, and some have no form of their own: Mistral's are 32 letters
 * and digits. So is many an id, which nobody misses.
 */
export function withoutKeys(message: string): string {
	return withoutSecrets(message).replaceAll(
		/(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{24,}/g,
		"[redacted]",
	);
}
