int cpteval_placeholder(void);
