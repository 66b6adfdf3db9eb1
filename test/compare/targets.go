//go:build linux

package main

// A target is a gateway under measure. Its command is run by a shell; {DIR} is
// the scratch folder, {SELF} this program, {POTERNE} the binary.
type target struct {
	name    string
	command string
	needs   string // a program; without it the target is left out
	port    string
}

var targets = []target{
	{"nginx", "nginx -p {DIR} -c {DIR}/nginx.conf", "nginx", "18001"},
	{"haproxy", "haproxy -db -f {DIR}/haproxy.cfg", "haproxy", "18011"},
	{"reverseproxy", "{SELF} -role reverseproxy 127.0.0.1:18020", "", "18020"},
	{"poterne", "{POTERNE} serve --control 127.0.0.1:18099 --data 127.0.0.1:18100 {DIR}/bench.yaml", "", "18100"},
}

// A workload is a table: what is asked, and at which path each target has it.
// The first target is the one that the others are compared with.
type workload struct {
	name, title string
	body        int // bytes of a JSON body; 0: a GET
	paths       []path
}

type path struct{ target, path string }

const invoke = "/_aws/execute-api/bench/prod"

func proxied(size string) []path {
	return []path{
		{"nginx", "/b/" + size}, {"haproxy", "/b/" + size}, {"reverseproxy", "/b/" + size}, {"poterne", invoke + "/b/" + size},
	}
}

var workloads = []workload{
	{"proxy-100", "HTTP_PROXY, 100 bytes", 0, proxied("100")},
	{"proxy-10k", "HTTP_PROXY, 10 KB", 0, proxied("10240")},
	{"proxy-100k", "HTTP_PROXY, 100 KB", 0, proxied("102400")},
	{"post-10k", "HTTP_PROXY, POST of 10 KB", 10240, proxied("100")},
	{"templates", "HTTP with a request and a response template, 1 KB of JSON, against nginx's plain proxying", 1024,
		[]path{{"nginx", "/b/json"}, {"poterne", invoke + "/t/json"}}},
	{"mock", "MOCK, against nginx's return 200", 0, []path{{"nginx", "/mock"}, {"poterne", invoke + "/mock"}}},
}

const backendAddr = "127.0.0.1:19000"

// files are what the targets read, written to {DIR}.
var files = map[string]string{
	"nginx.conf": `worker_processes 1;
daemon off;
pid nginx.pid;
error_log nginx.err warn;
worker_rlimit_nofile 16384;
events { worker_connections 8192; multi_accept on; }
http {
  access_log off;
  keepalive_requests 100000000;
  tcp_nodelay on;
  client_body_buffer_size 256k;
  client_max_body_size 16m;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  upstream be { server 127.0.0.1:19000; keepalive 256; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:18001 backlog=4096;
    location /b/ {
      proxy_pass http://be;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_buffer_size 16k;
      proxy_buffers 32 32k;
      proxy_busy_buffers_size 256k;
      proxy_max_temp_file_size 0;
    }
    location /mock { default_type application/json; add_header x-amzn-RequestId $request_id; return 200 '` + mockBody + `'; }
  }
}
`,
	"haproxy.cfg": `global
  maxconn 8192
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option http-keep-alive
  http-reuse always
frontend f
  bind 127.0.0.1:18011
  option forwardfor
  default_backend b
backend b
  server s 127.0.0.1:19000 pool-max-conn 256
`,
	"bench.yaml": `openapi: 3.0.1
info: {title: bench, version: "1"}
x-poterne-stage: {name: prod}
paths:
  /b/{proxy+}:
    parameters: [{name: proxy, in: path, required: true, schema: {type: string}}]
    x-amazon-apigateway-any-method:
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: ANY
        uri: http://127.0.0.1:19000/b/{proxy}
        requestParameters: {integration.request.path.proxy: method.request.path.proxy}
  /t/{size}:
    parameters: [{name: size, in: path, required: true, schema: {type: string}}]
    post:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: http
        httpMethod: POST
        uri: http://127.0.0.1:19000/b/{size}
        requestParameters: {integration.request.path.size: method.request.path.size}
        requestTemplates:
          application/json: |
            #set($order = $input.path('$'))
            {"id": "$order.id", "customer": "$util.escapeJavaScript($order.customer)",
             "items": [#foreach($i in $order.items){"sku": "$i.sku", "n": $i.n}#if($foreach.hasNext),#end#end],
             "stage": "$context.stage", "raw": $input.json('$.items[0]')}
        responses:
          default:
            statusCode: "200"
            responseTemplates:
              application/json: |
                #set($answer = $input.path('$'))
                {"id": "$answer.id", "customer": "$answer.customer", "count": $answer.items.size(),
                 "items": [#foreach($i in $answer.items)"$i.sku"#if($foreach.hasNext),#end#end]}
  /mock:
    get:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: "{\"statusCode\": 200}"}
        responses:
          default: {statusCode: "200", responseTemplates: {application/json: '` + mockBody + `'}}
`,
}

const mockBody = `{"id":"0123456789","name":"mock","values":[1,2,3,4,5],"ok":true,"pad":"xxxxxxxxxxxxxxxxxxxxxxxxxxx"}`
