# error[parser::statement_expected] 3:3 expected an argument or a block, found `=`
job "example" {
  = 50
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
