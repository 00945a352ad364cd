# error[parser::block_header] 2:19 expected `{` after the labels of `job`, found `=`
job "example" "x" = {
}
