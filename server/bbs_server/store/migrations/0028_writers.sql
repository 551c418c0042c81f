-- Who wrote in a thread: no words of their own may be purged by their key, and a thread may be long.
CREATE INDEX posts_of_writer ON posts (thread, author) WHERE author_kind = 'member';
