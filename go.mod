module github.com/poterne/poterne

go 1.26.0
