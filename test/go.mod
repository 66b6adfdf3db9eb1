module github.com/poterne/poterne/test

go 1.26.0
