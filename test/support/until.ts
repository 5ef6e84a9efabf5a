/** Asks every 50 ms until the answer is neither undefined nor false; throws after 60 s with what was waited for. */
export async function until<T>(
	what: string,
	ask: () => Promise<T | undefined | false> | T | undefined | false,
	timeoutMs = 60_000,
): Promise<T> {
	const end = Date.now() + timeoutMs;
	for (;;) {
		const answer = await ask();
		if (answer !== undefined && answer !== false) return answer;
		if (Date.now() > end) throw new Error(`waited ${timeoutMs / 1000} s for: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}
