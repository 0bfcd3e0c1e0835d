"""Finding what a message is about: passages, encoder, lexical, linear, dense (FAISS), fusion, index, training."""
