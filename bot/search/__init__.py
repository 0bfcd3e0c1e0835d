"""Finding what a message is about: passages, encoder, lexical, dense (FAISS), fusion, index, training."""
