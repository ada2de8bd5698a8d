module wine-programs

go 1.21
