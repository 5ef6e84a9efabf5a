/** What the stub upstream is to say: so many tokens, so many milliseconds apart, or the first one and then nothing more. */
export type Order = { id: string; tokens: number; pace: number | "hold" };

/** As the model's name, which Excerpt passes on as it is. */
export function writeOrder({ id, tokens, pace }: Order): string {
	return `${tokens}/${pace}/${id}`;
}

export function readOrder(model: string): Order {
	const [tokens, pace, id = ""] = model.split("/");
	return { id, tokens: Number(tokens), pace: pace === "hold" ? pace : Number(pace) };
}
