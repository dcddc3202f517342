package sample_test

// waitingAtoE are the rules that the showcase does not show yet.
var waitingAtoE = map[string]bool{}
