package kata

default allow := true
