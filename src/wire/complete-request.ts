import { ExcerptError } from "../errors.ts";
import type { ResponseRequest } from "./response-request.ts";

/** A request that can be answered: a model, and something said in it or before it. */
export type CompleteRequest = ResponseRequest & { model: string; input: NonNullable<ResponseRequest["input"]> };

/** Throws 400 where the model is missing, or the input although nothing was said before. */
export function completeRequest(request: ResponseRequest): CompleteRequest {
	const { model } = request;
	if (!model) throw missing("model");
	const input = request.input ?? (request.conversation || request.previous_response_id ? [] : undefined);
	if (!input) throw missing("input");
	return { ...request, model, input };
}

function missing(param: string): ExcerptError {
	return new ExcerptError("missing_required_parameter", `Missing required parameter: '${param}'.`, { param });
}
