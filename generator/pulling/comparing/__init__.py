"""Printed and edited documents compared: lines, words, sources, and what each difference is."""
