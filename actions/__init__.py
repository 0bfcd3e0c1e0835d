"""Rasa's custom actions, one family a file. Each turns a tracker into a message, asks the responder, and hands the reply on."""
