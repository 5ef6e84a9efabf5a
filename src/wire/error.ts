import { ExcerptError } from "../errors.ts";

/** The one error shape; anything we did not foresee says nothing of its inside. */
export function errorBody(error: unknown) {
	const known = error instanceof ExcerptError ? error : unforeseen();
	return { error: { message: known.message, type: known.type, param: known.param, code: codeOnWire(known) } };
}

/** On the wire an id that does not exist has no code: its 404 says it all. */
function codeOnWire(error: ExcerptError): string | null {
	return error.code === "not_found" ? null : error.code;
}

function unforeseen(): ExcerptError {
	return new ExcerptError(
		"server_error",
		"The server had an error while processing your request. Its log has more, under the request id.",
	);
}
