-- `words` are ready-made. The parser of `to_tsvector` would cut "46e2df67" in two, since it begins like a number.
drop index listed_product_search;
create index listed_product_search on listed_product using gin (array_to_tsvector(string_to_array(words, ' ')));
