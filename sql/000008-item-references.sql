-- An input may refer to items by their ids alone, wherever they were stored.

CREATE INDEX responses_items ON responses USING gin (
	(jsonb_path_query_array(body, '$."output"[*]."id"') || jsonb_path_query_array(input, '$[*]."id"'))
);
CREATE INDEX conversation_items_by_id ON conversation_items (id);
