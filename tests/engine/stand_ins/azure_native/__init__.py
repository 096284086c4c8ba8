"""The stand-in for the azure-native plugin."""
